"""Facts of an annual report become a company's file: what they give is written with where it comes from, the rest is
named.

- facts: a fact, and the facts of a company.
- reading: a file as the SEC serves it, or a table, bounded.
- year: one fiscal year of one filing, and a figure in it.
- concepts: which concepts give which field.
- operating: which costs the operating income confirms.
- figures: the fields of a company, what is missing, and what does not add up.
- company_file: the file, and what is said of it.
"""

from .company_file import write_company
from .reading import load

__all__ = ["load", "write_company"]
