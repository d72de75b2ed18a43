local function build(n)
  local list = nil
  for i = 0, n - 1 do list = { i, list } end
  return list
end
local sum = 0
for _ = 1, 20000 do sum = sum + build(1000)[1] end
print("churn: " .. sum)
