def show(x):
    return f"{x:>5} and {x:d}"


show("a")
