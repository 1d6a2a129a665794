"""What breaks a company, how far each assumption moves it, and which of them did it: many executions by their headers.

- header_figures: the figures of a header by their names in the API.
- headers: the headers of many scenarios of one company.
"""
