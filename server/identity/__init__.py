"""Who calls, and what they may do.

- caller: a caller: tenant, actor, roles.
- permissions: what a call takes, and what each role gives.
- unauthenticated: callers that are not recognised, and why.
- tables: a TOML table read strictly.
- reloading: files that are read again when they change.
- tls_files: the files of a server with TLS.
- identities, identities_file: which credential is which caller, and the file that says it.
- api_keys: how an API key is written, and its hash.
- accounts: what identity asks of API keys and tenants.
- recognised: a credential that was checked, and for how long that holds.
- token_keys, tokens: the keys of issuers, and the tokens that they verify.
- bearer: callers by token or API key.
- peer_certificates: callers by client certificate.
- recognition: from a credential to a caller.
- server_certificate: what the server shows in a handshake.
- security: all of it for one server.
"""
