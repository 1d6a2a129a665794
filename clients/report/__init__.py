"""What people look at: an execution's reports in the terminal, on a page, in a workbook, and beside another one."""
