/* The same crossings as host.cpp, of Lua by its C interface. */
#define _POSIX_C_SOURCE 200809L
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double lowest(int count, void (*work)(lua_State*, int), lua_State* L) {
  double best = 1e18;
  for (int pass = 0; pass < 7; ++pass) {
    const double start = cpu_ns();
    work(L, count);
    const double took = (cpu_ns() - start) / count;
    if (took < best) best = took;
  }
  return best;
}

static void check(int status) {
  if (status != LUA_OK && status != LUA_YIELD) abort();
}

static int add(lua_State* L) {
  lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
  return 1;
}
static int inc, fail, none, host, parked;

static void call(lua_State* L, int n) {
  for (int i = 0; i < n; ++i) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, inc);
    lua_pushinteger(L, i);
    check(lua_pcall(L, 1, 1, 0));
    if (lua_tointeger(L, -1) != i + 1) abort();
    lua_pop(L, 1);
  }
}
static void loop_of(lua_State* L, int n, int what) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, what);
  lua_pushinteger(L, n);
  check(lua_pcall(L, 1, 0, 0));
}
static void loop_none(lua_State* L, int n) { loop_of(L, n, none); }
static void loop_host(lua_State* L, int n) { loop_of(L, n, host); }
static void error(lua_State* L, int n) {
  for (int i = 0; i < n; ++i) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, fail);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK) abort();
    lua_pop(L, 1);
  }
}
static void resume(lua_State* L, int n) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, parked);
  lua_State* task = lua_tothread(L, -1);
  for (int i = 0; i < n; ++i) {
    int results;
    check(lua_resume(task, L, 0, &results));
    lua_pop(task, results);
  }
  lua_pop(L, 1);
}
static void eval(lua_State* L, int n) {
  for (int i = 0; i < n; ++i) {
    check(luaL_dostring(L, "return 1 + 2"));
    lua_pop(L, 1);
  }
}
static void handle(lua_State* L, int n) {
  for (int i = 0; i < n; ++i) {
    lua_pushinteger(L, i);
    luaL_unref(L, LUA_REGISTRYINDEX, luaL_ref(L, LUA_REGISTRYINDEX));
  }
}
static void state(lua_State* L, int n) {
  (void)L;
  for (int i = 0; i < n; ++i) {
    lua_State* other = luaL_newstate();
    luaL_openlibs(other);
    lua_close(other);
  }
}

static int keep(lua_State* L, const char* name) {
  lua_getglobal(L, name);
  return luaL_ref(L, LUA_REGISTRYINDEX);
}
static void say(const char* what, double ns) { printf("%-46s %10.1f ns\n", what, ns); }

int main(void) {
  lua_State* L = luaL_newstate();
  luaL_openlibs(L);
  lua_register(L, "add", add);
  check(luaL_dostring(L, "function inc(n) return n + 1 end\n"
                         "function fail() error('no') end\n"
                         "function none(n) for i = 1, n do end end\n"
                         "function host(n) local add = add for i = 1, n do add(i, 1) end end\n"
                         "parked = coroutine.create(function() while true do coroutine.yield() end end)\n"));
  inc = keep(L, "inc"), fail = keep(L, "fail"), none = keep(L, "none"), host = keep(L, "host"), parked = keep(L, "parked");
  say("call a function, protected", lowest(200000, call, L));
  say("call the host, types checked", lowest(1000000, loop_host, L) - lowest(1000000, loop_none, L));
  say("an error raised, caught in the host", lowest(50000, error, L));
  say("resume a coroutine", lowest(100000, resume, L));
  say("eval \"return 1 + 2\"", lowest(20000, eval, L));
  say("make and drop a reference", lowest(1000000, handle, L));
  say("another state with its libraries", lowest(200, state, L));
  lua_close(L);
  return 0;
}
