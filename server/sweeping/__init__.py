"""Sweeps while they are computed: on which workers, what is kept meanwhile, and until when.

- refusals: why a sweep stops before it is done.
- executors: processes of this machine, or a cluster, behind `concurrent.futures.Executor`.
- dispatch: blocks given to workers, few at a time, and lost ones again.
- spool: computed blocks on disk until the sweep is complete.
- companies: the companies of a sweep, read a few at a time.
- estimate: what a plan is and costs before it runs.
- run: one sweep from what exists to its document.
- sweeps: the sweeps that this server computes.
- arrow: rows as Arrow record batches.
"""
