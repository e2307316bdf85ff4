"""The kernels as WebAssembly, so that any host can train: compiled by `build`, called by ``src/kernels.js``."""
