(export answer loud)
