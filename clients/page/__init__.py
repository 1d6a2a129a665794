"""A report as one file that stands alone: HTML with its pictures, for a committee, a telephone and paper.

- plot, charts: its pictures.
- drivers: what drives a stress, and what helps.
- page: the page of an execution.
- heat_map: the page of a sweep of two axes.
- scenarios_page: the page of several executions of a company.
- tornado: the page of a sensitivity.
"""
