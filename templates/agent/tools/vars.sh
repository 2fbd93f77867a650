# What the package of this agent says of itself. `live build-rpm` runs this with sh: each variable in capitals takes the place
# of @ITS_NAME@ in the *.in files, and is in the environment of package.sh.

# Package, service, user and folders are all called so.
NAME=myagent

# `live build-rpm --version V --release R` goes before these.
VERSION=0.1.0
RELEASE=1

SUMMARY='Agent beside Intelie LIVE'

# Who answers for the package.
PACKAGER='myagent <root@localhost>'

# An expression of SPDX: yours, and that of the toolkit, which the package brings along.
LICENSE='LicenseRef-Proprietary AND Apache-2.0'

# The settings to install; later versions leave edited ones alone.
SETTINGS=settings.json
