"""The revision of the numbers: which calculations the weights of a network come from."""

REVISION = 3
"""Links, saved runs and results of experiments name it, so that no network silently stands for another.

Raise it with any change after which some trainer, recipe, option, seed or example gives another weight, however
little it differs, or an experiment measures something else: another order of a sum, another approximation of a
function, another random number. A change that leaves every bit as it is, such as a faster kernel, keeps it.

======== =======================================================================================================
Revision What changed
======== =======================================================================================================
1        Version 0.1, and everything that names no revision.
2        Exponentials, cosines, powers and logarithms come from kernels of the package, not from the machine's
         library, and sums add in another order.
3        Defaults that validation chose: one-bit weights reach to 2 standard deviations, not 1, and Bop's running
         mean takes 3 in 10,000 of the newest gradient, not 1.
======== =======================================================================================================
"""

UNNAMED = 1
"""The revision of links, files and results that name none."""
MAX_REVISION = 1_000_000
