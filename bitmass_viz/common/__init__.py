"""What every other part uses: checks of numbers, HTML for notebooks, files, the machine."""
