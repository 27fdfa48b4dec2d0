"""The words of a question are those that jieba cuts, found without loading its dictionary."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.explore.words import _TOTAL, words_of

SENTENCES = (
    "残差网络是谁提出的",
    "循环神经网络和常微分方程有什么关系",
    "请问何恺明提出的 mask r-cnn 用了哪些数据集",
    "研究生命的起源",
    "南京市长江大桥",
    "乒乓球拍卖完了",
    "c++ 与 rnn 的区别，以及图像识别为什么需要归一化",
)
NAMES = ("循环神经网络", "常微分方程", "何恺明", "江大桥", "残差", "的区", "量子纠缠网")


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    jieba.setLogLevel(logging.WARNING)
    made = jieba.Tokenizer()
    made.initialize()
    return made


def chinese(words: list[str]) -> list[str]:
    return [word for word in words if "\u4e00" <= word[0] <= "\u9fff"]


def ours(text: str, names: tuple[str, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in words_of(text, names)]


@pytest.mark.parametrize("text", SENTENCES)
def test_words_are_those_of_jieba(tokenizer: Any, text: str) -> None:
    assert chinese(ours(text)) == chinese(list(tokenizer.cut(text, HMM=False)))


@settings(deadline=None, max_examples=40)
@given(text=st.text(alphabet="".join(SENTENCES[:6]).replace(" ", ""), max_size=12))
def test_so_are_those_of_any_text(tokenizer: Any, text: str) -> None:
    assert chinese(ours(text)) == chinese(list(tokenizer.cut(text, HMM=False)))


@pytest.mark.parametrize("text", SENTENCES)
def test_names_weigh_as_user_words_of_jieba(text: str) -> None:
    named = tuple(name for name in NAMES if name in text)
    made = jieba.Tokenizer()
    made.initialize()
    for name in named:
        made.add_word(name)
    assert chinese(ours(text, named)) == chinese(list(made.cut(text, HMM=False)))


def test_latin_words_stay_whole() -> None:
    assert ours("c++ 与 r-cnn 的 gpt-3.5, don't") == ["c++", "与", "r-cnn", "的", "gpt-3.5", "don't"]


def test_the_dictionary_is_the_one_whose_sum_is_known(tokenizer: Any) -> None:
    assert tokenizer.total == _TOTAL


def test_jieba_itself_is_not_loaded() -> None:
    code = "import sys; from kg.explore.words import words_of; words_of('残差网络是谁提出的', []); print('jieba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
