"""What travels to the cluster."""

import io
import zipfile

from agents.cluster.package import driver_package, stopper_package


def test_the_program_is_in_the_package_byte_for_byte():
    program = "print('ä')\r\n\tx".encode()

    package = driver_package(program)

    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        assert archive.read("program.py") == program


def test_the_wrapper_is_a_package_that_python_finds():
    with zipfile.ZipFile(io.BytesIO(stopper_package().data)) as archive:
        names = set(archive.namelist())

    assert {"raygen_driver/__init__.py", "raygen_driver/__main__.py", "raygen_driver/site/sitecustomize.py"} <= names
    assert "program.py" not in names
    assert not [name for name in names if "__pycache__" in name]


def test_the_same_contents_have_the_same_name():
    assert driver_package(b"x") == driver_package(b"x")
    assert driver_package(b"x").name != driver_package(b"y").name
