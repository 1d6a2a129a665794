"""Input files as sheets: a workbook or a CSV file to fill in, and how it is read, each fault with its cell.

- names: what a field is called on a sheet.
- layout: which field stands on which sheet.
- words: what stands beside a field.
- cells: a cell, and what it gives for a field.
- grid: a sheet as its filled cells.
- branches: what the lines of a sheet give becomes a branch of a tree.
- forms: a field a line.
- tables: an item a row.
- trees: sheets become the tree of a company or of a scenario.
- csv_file: the sheets of a CSV file.
- archive: what an .xlsx file may be before anything reads it.
- hidden: what the XML of a sheet has and no reader of it says.
- xlsx_file: the sheets of a workbook.
- reading: the tree of a file with sheets.
- filling: what a tree has for the lines of a sheet.
- balance: the live check of a balance sheet.
- validation: what a spreadsheet lets into a cell.
- blank_csv: a CSV file to fill in.
- blank_book: a workbook to fill in.
"""

from .reading import CSV, READERS, WORKBOOK, load

__all__ = ["CSV", "READERS", "WORKBOOK", "load"]
