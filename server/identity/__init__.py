"""Who calls, and what they may do.

- caller: a caller: tenant, actor, roles.
- permissions: what a call takes, and what each role gives.
"""
