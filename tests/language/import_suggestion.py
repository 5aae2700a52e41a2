try:
    from gc import collct
except ImportError as error:
    print(error.name, error.msg)
from sys import argvv
