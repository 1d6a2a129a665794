"""What an operator keeps of tenants, API keys and quotas, and what a server makes of it.

- quotas: what can be limited, and what holds for a tenant.
- quota_file: the defaults.
- register: what holds of each subject, change by change.
- changes: a change as a command makes it.
- limits, accounts: what holds, as a running server knows it.
- metering: what tenants use of their quotas.
"""
