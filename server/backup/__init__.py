"""A backup of an installation: its evidence and the checkpoints over it, proven to belong together.

- manifest: what a backup consists of.
- folder: a folder that is there as a whole or not at all.
- copying: the evidence as a SQLite file, and back.
- taking: a backup of a database that servers go on writing.
- restoring: a database from a backup.
"""
