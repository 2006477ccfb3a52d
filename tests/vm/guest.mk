# SPDX-License-Identifier: GPL-2.0
# Static programs for the guest: make -f guest.mk SRC=tests/guest OUT=dir CROSS=prefix

programs := $(patsubst $(SRC)/%.c,$(OUT)/%,$(wildcard $(SRC)/*.c))

all: $(programs)

$(OUT)/%: $(SRC)/%.c $(wildcard $(SRC)/*.h)
	$(CROSS)gcc -O2 -Wall -Wextra -static -pthread -o $@ $<

.PHONY: all
