"""Models from outside: where they come from, how they arrive whole, and what is installed.

`web` asks for files, `download` brings one file, `archive` opens what is packed, `sources` knows where the catalog's
files lie, `staging` brings a whole model, `importing` takes one from this machine, and `installed` holds what is there.
Nothing here starts a thread; what may be called from several says so. Nothing that comes from outside is trusted
before it was checked: no address, no path, no size, no byte.
"""
