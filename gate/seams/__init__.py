"""The seams that plugins implement: runner, store, report. Import from here to write one."""
