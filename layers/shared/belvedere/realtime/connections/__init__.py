"""WebSocket connections: who opened them, what they may hear and listen to, and how they end.

An event of API Gateway becomes a call (`sockets`), is handled (`handlers`) by what may be said (`protocol`) and heard
(`authorization`), and leaves rows: the connection (`store`), its subscriptions (`audience`), what it waits for
(`waiting`). The push greets and checks connections (`lifecycle`) and ends them (`ending`).
"""
