local function count(limit)
  local i, sum = 0, 0
  while i ~= limit do
    i, sum = i + 1, sum + i
  end
  return sum
end
print("loop: " .. count(100000000))
