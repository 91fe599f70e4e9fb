# 问政实训：只需要 Python 3.11 以上和 make。第一次运行会建 .venv 并安装；之后不再访问网络。
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# 传给 wenzheng lab 的选项，例如 make lab LAB_FLAGS=--no-browser
LAB_FLAGS ?=
# 模糊测试每个靶子跑多少秒
FUZZ_SECONDS ?= 600
PIP_FLAGS := --disable-pip-version-check --no-input --quiet --progress-bar off -c constraints.txt

# 第一个够新的 Python；pyenv 的垫片可能在而不能用，所以真的运行一次
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
endif

.PHONY: help lab test lint types notebooks unit browser soak fuzz audit lessons pictures site constraints wheel clean

help:  ## 列出这些目标
	@echo "用法：make 目标"
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  %-14s%s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新的版本。请先安装，或写明：make PYTHON=/路径/python3" >&2; exit 1; }
	@echo "建立环境 $(VENV)（$(PYTHON)）……"
	@"$(PYTHON)" -m venv $(VENV) || { echo "建不了环境。Debian、Ubuntu 请先安装 python3-venv。" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.lab: pyproject.toml constraints.txt | $(BIN)/python
	@echo "安装问政实训（第一次要几分钟）……"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.lab
	@echo "安装测试用的工具……"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e '.[test]'
	@# 有 Java 就连集群一起测；pyspark 有四百多 MB，没有 Java 时不装，测试自会跳过并说明
	@if command -v java >/dev/null 2>&1; then $(BIN)/python -m pip install $(PIP_FLAGS) -e '.[test,spark]'; fi
	@touch $@

lab: $(VENV)/.lab  ## 打开课程：复制到学习文件夹，起动中文 JupyterLab
	@$(BIN)/wenzheng lab $(LAB_FLAGS)

test: lint types notebooks unit  ## 全部检查与测试：格式、类型、课文、练习、单元测试、浏览器

lint: $(VENV)/.test  ## 只查写法与格式（ruff）
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test  ## 只查类型（mypy）
	$(BIN)/mypy

notebooks: $(VENV)/.test  ## 只跑课文与练习（nbval）
	$(BIN)/pytest --nbval --nbval-sanitize-with tests/nbval.cfg -n 2 --dist loadscope notebooks
	$(BIN)/pytest --nbval-lax -n 2 --dist loadscope exercises

unit: $(VENV)/.test  ## 只跑单元测试与文档里的例子（pytest）；浏览器的放在后面，一个一个跑
	$(BIN)/pytest -n 2 --dist loadfile -m "not browser and not soak"
	$(BIN)/pytest -m "browser and not soak" tests

browser: $(VENV)/.test  ## 只跑浏览器测试（需要 Chromium）
	$(BIN)/pytest -m "browser and not soak" tests

soak: $(VENV)/.test  ## 费时的测试：三十人的班从头走到尾，量每份用多久；一百万字的门；浏览器里走完每一课
	$(BIN)/pytest -s -m soak
	WENZHENG_CLASS_SIZE=30 $(BIN)/pytest -s -p no:xdist tests/test_classroom_class.py
	WENZHENG_SOAK=1 $(BIN)/pytest tests/test_faults.py tests/test_faults_disk.py tests/test_injection.py \
		tests/test_classroom_attack.py tests/browser/test_injection_browser.py

fuzz: $(VENV)/.test  ## 按覆盖率变着法子找坏输入，四个靶子各十分钟（Linux）；找到的在 build/fuzz
	@$(BIN)/python -m pip install $(PIP_FLAGS) -e '.[fuzz]'
	@for target in readers rules scorer log; do \
		(cd tests && "$(CURDIR)/$(BIN)/python" -m fuzz $$target --seconds $(FUZZ_SECONDS) --out "$(CURDIR)/build/fuzz") || exit 1; done
	@if find build/fuzz -name '*.bin' | grep .; then echo "撞出了上面这些，各有一份 .txt 说明" >&2; exit 1; fi

audit: $(VENV)/.test  ## 查依赖有没有已知的漏洞（要网络），写一份带日期的报告
	@# 单独一个环境：pip-audit 自己的依赖不与我们的混在一起；装不上也照写报告，写明没有查
	@{ test -x .venv-audit/bin/pip-audit || { $(BIN)/python -m venv .venv-audit && \
		.venv-audit/bin/python -m pip install --disable-pip-version-check --no-input --quiet pip-audit; }; } 2>/dev/null || true
	@if test -x .venv-audit/bin/python; then .venv-audit/bin/python .ci/audit.py; else $(BIN)/python .ci/audit.py; fi

lessons: $(VENV)/.test  ## 从头重跑课文，更新存好的输出
	$(BIN)/python -m wenzheng_lab.course.build

bars: $(VENV)/.test  ## 量快慢与规模的每一条门槛，小份（全量：python -m benchmarks.bars）
	$(BIN)/python -m benchmarks.bars --small

pictures: $(VENV)/.test  ## 重做 docs/pictures 里的截图（需要 Chromium）
	$(BIN)/python docs/pictures/make_pictures.py

site: $(VENV)/.lab  ## 把文档、课文、幻灯片造成离线可看的站点，放在 docs/_build/html
	$(BIN)/python -m pip install $(PIP_FLAGS) -e '.[docs]'
	$(BIN)/python docs/site/build.py

wheel: $(VENV)/.test  ## 造 wheel，放在 dist/
	$(BIN)/python -m pip wheel $(PIP_FLAGS) --no-deps -w dist .

constraints: $(VENV)/.test  ## 重算 constraints.txt（要网络）
	@$(BIN)/python -m pip install $(PIP_FLAGS) uv
	@{ sed '/^#/!d' constraints.txt; $(BIN)/uv pip compile pyproject.toml --all-extras --universal \
		--python-version 3.11 --upgrade --no-annotate --no-header --quiet; } > constraints.new
	@mv constraints.new constraints.txt

clean:  ## 删掉环境与中间产物（不动学习文件夹）
	rm -rf $(VENV) .venv-audit dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
