"""Shared helpers: number checks, HTML for notebooks, files and folders, machine limits, colours."""
