"""What a release is: a package with its table, a record of every criterion applied, and where it all comes from."""

from boldlink.outputs.package.leaving import AgreementPart, Leaving, Signed
from boldlink.outputs.package.package import package, package_problems, require_sound

__all__ = ["AgreementPart", "Leaving", "Signed", "package", "package_problems", "require_sound"]
