"""What a user installs is the wheel, not the checkout: it must hold every file that running reads."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINT_SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"
PACKAGES = {"ledger": ROOT / "src" / "ledger", "api": ROOT / "api"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv(
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        str(folder),
        str(ROOT),
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment holding the wheel, and the dependencies of the present one."""
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(environment), cwd=environment)
    python = str(environment / "bin" / "python")
    uv("pip", "install", "--no-deps", "--python", python, str(wheel))
    site_packages = run(python, "-c", PRINT_SITE_PACKAGES, cwd=environment)
    # A folder named in a .pth file is searched, but its own .pth files (the editable install's) are not read.
    (Path(site_packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return environment / "bin"


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    tracked = run("git", "ls-files", *map(str, PACKAGES.values()), cwd=ROOT).splitlines()
    expected = {path.removeprefix("src/") for path in tracked if (ROOT / path).exists()}
    with zipfile.ZipFile(wheel) as archive:
        assert expected - set(archive.namelist()) == set()


def test_the_installed_packages_are_the_wheels(installed: Path, tmp_path: Path) -> None:
    for package in PACKAGES:
        program = f"import {package}; print({package}.__file__)"
        assert Path(run(str(installed / "python"), "-c", program, cwd=tmp_path)).is_relative_to(
            installed.parent
        )


def test_the_command_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    usage = run(str(installed / "ledger"), "--help", cwd=tmp_path)
    for command in ("serve", "certify", "lookup", "consent", "audit"):
        assert command in usage


def uv(*arguments: str) -> None:
    """Run uv, which may use nothing from outside this machine."""
    run(sys.executable, "-m", "uv", "--offline", *arguments, cwd=ROOT)


def run(*command: str, cwd: Path) -> str:
    """The command's standard output. A command that fails fails the test, with what it said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} exited {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout.strip()
