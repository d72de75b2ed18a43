"""Several databases as shards: the id of a flow tells in which of them it lies.

Ids fall into virtual shards by their hash, and a table says where each of these is; so one can be moved.
What is moved is taken from whoever runs it, which refuses their appends, copied with all that belongs
to it under a higher epoch, and removed.
"""
import subprocess
import zlib

VIRTUAL = 16
TABLES = {  # what belongs to a flow, and how it is put in order
    "flow": "number", "journal": "seq", "inbox": "number", "beat": "at", "attribute": "name"}


class Shards:
    def __init__(self, cluster, fermata, count):
        self.cluster, self.fermata = cluster, fermata
        self.names = [f"shard{i}" for i in range(count)]
        self.place = {v: self.names[v % count] for v in range(VIRTUAL)}
        for name in self.names:
            cluster.sql(f"CREATE DATABASE {name}")
            subprocess.run([fermata, "store", "init", self.url(name)], check=True,
                           stdout=subprocess.DEVNULL)
        self.columns = {table: self.columns_of(table) for table in TABLES}

    def url(self, name):
        return self.cluster.url.replace("/postgres?", f"/{name}?")

    @staticmethod
    def virtual(flow):
        return zlib.crc32(flow.encode()) % VIRTUAL

    def of(self, flow):
        return self.place[self.virtual(flow)]

    def ids(self, name, column="id"):
        return self.cluster.sql(f"SELECT id FROM flow ORDER BY {column}", name).split()

    def move(self, virtual, target):
        """Flows of that virtual shard stand still meanwhile; none of them may be started."""
        source = self.place[virtual]
        ids = [i for i in self.ids(source) if self.virtual(i) == virtual]
        these = "('" + "','".join(ids) + "')"
        # 1. Whoever runs them is refused from here on, and nobody takes them.
        self.cluster.sql(f"UPDATE flow SET owner = 'move', epoch = epoch + 1, lease_until = {1 << 60}"
                         f" WHERE id IN {these} AND status NOT IN (4,5,6)", source)
        # 2. Who sends them something waits until they are gone from here.
        copied = [f"COPY (SELECT {self.columns[table]} FROM {table} WHERE "
                  f"{'id' if table == 'flow' else 'flow'} IN {these} ORDER BY {order})"
                  f" TO '{self.cluster.folder}/{table}.copy'" for table, order in TABLES.items()]
        removed = [f"DELETE FROM {table} WHERE {'id' if table == 'flow' else 'flow'} IN {these}"
                   for table in TABLES]
        taken_in = [f"COPY {table}({self.columns[table]}) FROM '{self.cluster.folder}/{table}.copy'"
                    for table in TABLES]
        again = (f"UPDATE flow SET owner = NULL, lease_until = NULL, attempts = 0, epoch = epoch + 1"
                 f" WHERE id IN {these} AND status NOT IN (4,5,6)")
        self.cluster.sql("; ".join(["BEGIN", "LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE",
                                    *copied, *removed, "PREPARE TRANSACTION 'leaving'"]), source)
        # 3. Both or neither: the old place forgets them when the new one has them.
        self.cluster.sql("; ".join(["BEGIN", *taken_in, again, "COMMIT"]), target)
        self.cluster.sql("COMMIT PREPARED 'leaving'", source)
        self.place[virtual] = target
        return len(ids)

    def columns_of(self, table):
        return self.cluster.sql(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM"
            f" information_schema.columns WHERE table_name = '{table}' AND is_identity = 'NO'",
            self.names[0])
