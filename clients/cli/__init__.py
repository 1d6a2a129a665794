"""The command line: `seawall COMMAND`, a file for each command.

- exit_codes: how a command ended, for scripts.
- command: what a command is.
- credential_options: what a command trusts of a server, and who it is to it.
- calling: a command that calls a server.
- output: what commands print.
- extras: what the base install leaves out.
- server_process: a server as a process of its own.
- own_server: a server for a command that was named none.
- hand_over: serve, db and others, which are commands of the server.
- newest: of a kind, which @latest stands for.
- short_ids: the first digits of an id, or @latest, become the whole one.
- input_files: of a company or of a scenario, in whichever form.
- examples: the files that come with the client, by their names.
- page_options: where a page goes, in what unit, and what goes onto it.
- export: writes pages and workbooks.
- posture: what creditors do after a default, in place of what a file says.
- checking: a company and a scenario for it, read and checked as a pair.
- init: a file to fill in.
- validate, register, scenario, templates, schedule: what goes in.
- execute, replay, show, listing, verify: what is computed, stored and checked.
- assess, report, compare: what it means.
- run: from files to a report, in one.
- demo: all of it, for one company.
- completion: of commands and options, by a shell.
- failures: what a command says that fails.
- main: the table of commands, and the parser of each.
"""
