/* The rows of the table through CPython's C API, as an extension module would do them. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <malloc.h>
#include <string.h>
#include <time.h>

#define KEYS 10000

static PyObject *keys[KEYS];
static volatile double factor = 1.5;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static void dict_of(long count) {
    PyObject *dict = PyDict_New();
    for (long i = 0; i < count; i++) PyDict_SetItem(dict, keys[i], Py_None);
    Py_DECREF(dict);
}

/* Runs a row of n operations; gives the time of all. */
static double row(const char *name, long n) {
    double start = now();
#define IS(text) (strcmp(name, text) == 0)
    if (IS("tuple2_small") || IS("tuple2_big")) {
        long above = IS("tuple2_big") ? 1000000 : 0;
        for (long i = 0; i < n; i++) {
            PyObject *t = PyTuple_New(2);
            PyTuple_SET_ITEM(t, 0, PyLong_FromLong(above + (i & 127)));
            PyTuple_SET_ITEM(t, 1, PyLong_FromLong(above + (i & 63)));
            Py_DECREF(t);
        }
    } else if (IS("float")) {
        for (long i = 0; i < n; i++) Py_DECREF(PyFloat_FromDouble(i * factor));
    } else if (IS("long40")) {
        for (long i = 0; i < n; i++) Py_DECREF(PyLong_FromLong((1L << 40) + i));
    } else if (IS("incref_decref")) {
        PyObject *o = PyList_New(0);
        for (long i = 0; i < n; i++) {
            Py_INCREF(o);
            __asm__ volatile("" : : "r"(o) : "memory");
            Py_DECREF(o);
        }
        Py_DECREF(o);
    } else if (IS("list1000")) {
        for (long i = 0; i < n; i += 1000) {
            PyObject *list = PyList_New(0);
            for (long j = 0; j < 1000; j++) PyList_Append(list, Py_None);
            Py_DECREF(list);
        }
    } else if (IS("str_concat")) {
        PyObject *a = PyUnicode_FromString("hello "), *b = PyUnicode_FromString("world of strings");
        for (long i = 0; i < n; i++) Py_DECREF(PyUnicode_Concat(a, b));
        Py_DECREF(a);
        Py_DECREF(b);
    } else if (IS("dict10")) {
        for (long i = 0; i < n; i += 10) dict_of(10);
    } else if (IS("dict10000")) {
        for (long i = 0; i < n; i += KEYS) dict_of(KEYS);
    } else if (IS("set10")) {
        for (long i = 0; i < n; i += 10) {
            PyObject *set = PySet_New(NULL);
            for (long j = 0; j < 10; j++) PySet_Add(set, keys[j]);
            Py_DECREF(set);
        }
    } else if (IS("hold_make") || IS("hold_release")) {
        PyObject **held = malloc(n * sizeof *held);
        memset(held, 1, n * sizeof *held);
        start = now();
        for (long i = 0; i < n; i++) {
            PyObject *t = PyTuple_New(2);
            PyTuple_SET_ITEM(t, 0, PyLong_FromLong(1000 + i));
            PyTuple_SET_ITEM(t, 1, PyLong_FromLong(2000 + i));
            held[i] = t;
        }
        double made = now();
        for (long i = 0; i < n; i++) Py_DECREF(held[i]);
        double gone = now();
        free(held);
        return IS("hold_make") ? made - start : gone - made;
    } else {
        return -1;
    }
    return now() - start;
}

static PyObject *run(PyObject *self, PyObject *args) {
    const char *name;
    long n;
    if (!PyArg_ParseTuple(args, "sl", &name, &n)) return NULL;
    if (keys[0] == NULL)
        for (long i = 0; i < KEYS; i++) keys[i] = PyUnicode_FromFormat("key%ld", i);
    return PyFloat_FromDouble(row(name, n));
}

static PyMethodDef methods[] = {{"run", run, METH_VARARGS, NULL}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "strata_objects", NULL, -1, methods};
PyMODINIT_FUNC PyInit_strata_objects(void) { return PyModule_Create(&module); }
