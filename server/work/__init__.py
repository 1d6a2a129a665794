"""Work that leaves the event loop: on threads of the server, or in processes that compute for it.

- job: whether somebody still waits for the work of a thread.
- charge: what work costs its tenant.
- pools: threads, few and with a bounded queue.
- frames: what a server and its engine processes send each other.
- engine_process: a process that computes.
- beside: such a process as the server sees it.
- engine: the processes of a server, and its threads where there is none.
"""
