"""Everything that a month needs, made once before the first: it does not depend on the horizon.

- paths: the assumptions of each month.
- stress: a scenario as the value of each in each month.
- varied: what many scenarios vary, in columns.
- base_year: the year before the stress.
- stock: the stock that is planned and wanted.
- covenant_terms: when covenants are tested, and against what.
- opening: the company on the analysis date.
- limits: what is refused before it starts.
- structure: the debts in the order of the waterfall, and what secures them.
- company_terms: what no scenario changes.
- case: the compiled inputs of an execution.
- rated_debts: its debts under many paths of rates, as columns.
- rows: many stresses of one company as columns.
"""
