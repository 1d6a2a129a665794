"""What the server's commands can be set to, and where each value comes from.

- kinds: what the values of a setting are.
- setting: its names, and its value from a text.
- table: every setting, in one table.
- sources: the command line, the environment, a file, the default: the first that has a value.
- file: a configuration file, each key and each value checked.
- listing: what holds, as a configuration file.
"""
