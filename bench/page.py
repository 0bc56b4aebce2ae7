def write(f,b): return repr(f)
