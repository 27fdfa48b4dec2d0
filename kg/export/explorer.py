from kg.export.pyvis_page import write_pyvis
def write_explorer(build, network, path):
    write_pyvis(network, path, around=None, limit=150)
