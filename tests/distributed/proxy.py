"""A proxy before a server of PostgreSQL: it cuts connections, keeps back what goes one way, and may
change texts on the way. Its socket lies in a folder of the server's, which goes with it.
"""
import os
import socket
import threading

WAYS = ("to the server", "from the server")


class Proxy:
    def __init__(self, server, texts=()):
        """texts: each becomes `true` where it goes to the server."""
        self.server, self.texts = f"{server}/.s.PGSQL.5432", texts
        self.folder = f"{server}/proxy"
        os.mkdir(self.folder)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{self.folder}/.s.PGSQL.5432")
        self.listener.listen(64)
        self.connections, self.changed = set(), 0
        self.is_open = {way: threading.Event() for way in WAYS}
        self.pass_again()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.server)
            except OSError:
                client.close()
                continue
            self.connections |= {client, server}
            for ends in ((client, server, WAYS[0]), (server, client, WAYS[1])):
                threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    def pass_on(self, source, sink, way):
        try:
            while data := source.recv(1 << 20):
                for text in self.texts:
                    if way == WAYS[0] and text in data:
                        self.changed += 1
                        data = data.replace(text, b"true".ljust(len(text)))
                self.is_open[way].wait()
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.connections.discard(end)
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        for end in list(self.connections):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def keep_back(self, way):
        """What goes that way arrives late, or never if the connection is cut meanwhile."""
        self.is_open[way].clear()

    def pass_again(self):
        for way in WAYS:
            self.is_open[way].set()
