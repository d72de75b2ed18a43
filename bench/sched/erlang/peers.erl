%% The same programs for Erlang: erlc peers.erl; erl -noshell -run peers NAME -s init stop
%% Each prints its name and CPU nanoseconds an operation.
-module(peers).
-export([ring/0, pingpong/0, selective/0, call/0, spawn/0, server/0]).
-export([init/1, handle_call/3, handle_cast/2]).

%% Runtime counts milliseconds, so that there must be enough operations.
measure(Name, Count, Work) ->
    erlang:statistics(runtime),
    Work(),
    {_, Ms} = erlang:statistics(runtime),
    io:format("~s ~p~n", [Name, round(Ms * 10000000 / Count) / 10]).

%% ---- ring
ring() ->
    Me = self(),
    First = erlang:spawn(fun() -> receive {next, Next} -> first_node(Next, Me) end end),
    Last = make_ring(999, First),
    First ! {next, Last},
    measure("ring", 3000000, fun() -> First ! {token, 3000000}, receive done -> ok end end).

make_ring(0, Next) -> Next;
make_ring(N, Next) -> make_ring(N - 1, erlang:spawn(fun() -> node_(Next) end)).

node_(Next) ->
    receive
        {token, 0} -> Next ! {token, 0};
        {token, N} -> Next ! {token, N - 1}, node_(Next)
    end.
first_node(Next, Done) ->
    receive
        {token, 0} -> Done ! done;
        {token, N} -> Next ! {token, N - 1}, first_node(Next, Done)
    end.

%% ---- pingpong
pingpong() ->
    To = erlang:spawn(fun pong/0),
    measure("pingpong", 2000000, fun() -> ping(2000000, To) end).
pong() -> receive {From, N} -> From ! N, pong() end.
ping(0, _) -> ok;
ping(N, To) -> To ! {self(), N}, receive N -> ok end, ping(N - 1, To).

%% ---- selective
selective() ->
    fill(10000),
    pick(10),
    measure("selective", 2000 * 10000, fun() -> pick(2000) end).
fill(0) -> ok;
fill(N) -> self() ! {noise, N}, fill(N - 1).
pick(0) -> ok;
pick(N) -> self() ! {wanted, N}, receive {wanted, I} -> I end, pick(N - 1).

%% ---- call
call() ->
    Server = erlang:spawn(fun echo/0),
    calls(1000, Server),
    measure("call", 1000000, fun() -> calls(1000000, Server) end),
    fill(100000),
    calls(1000, Server),
    measure("call-backlog", 1000000, fun() -> calls(1000000, Server) end).
echo() -> receive {call, From, Ref, N} -> From ! {Ref, N}, echo() end.
calls(0, _) -> ok;
calls(N, Server) ->
    Ref = make_ref(),
    Server ! {call, self(), Ref, N},
    receive {Ref, N} -> N end,
    calls(N - 1, Server).

%% ---- spawn
spawn() ->
    Me = self(),
    measure("spawn", 1000000,
            fun() ->
                [line(1000, Me) || _ <- lists:seq(1, 1000)],
                [receive done -> ok end || _ <- lists:seq(1, 1000)]
            end).
line(0, Me) -> Me ! done;
line(N, Me) -> erlang:spawn(fun() -> line(N - 1, Me) end).

%% ---- server
init(N) -> {ok, N}.
handle_call(_, _, N) -> {reply, N, N + 1}.
handle_cast(_, N) -> {noreply, N}.
server() ->
    {ok, Server} = gen_server:start(?MODULE, 0, []),
    server_calls(1000, Server),
    measure("server", 500000, fun() -> server_calls(500000, Server) end).
server_calls(0, _) -> ok;
server_calls(N, Server) -> gen_server:call(Server, next), server_calls(N - 1, Server).
