"""Streamlit's editable dataframe, drawn from an Arrow table.

`st.data_editor` takes each table through pandas and back, and works its columns out anew: a fifth of what an
edit costs. What the browser is sent, and what it tells, are the same. Private names of Streamlit's stand here
as in `compat`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes
from streamlit.elements.lib.column_config_utils import (
    INDEX_IDENTIFIER,
    extract_button_column_configs,
    marshall_column_config,
    process_config_mapping,
    register_button_column_widgets,
    update_column_config,
)
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.elements.lib.utils import compute_and_register_element_id
from streamlit.elements.widgets.data_editor import DataEditorSerde
from streamlit.proto.Dataframe_pb2 import Dataframe
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import register_widget


@dataclass(frozen=True, eq=False)
class Columns:
    """How each column is shown (`st.column_config`), and the names of those that can be edited.

    One that is kept from drawing to drawing is worked out once.
    """

    config: Mapping[str, Any]
    editable: Collection[str]


def arrow_editor(
    table: pa.Table,
    columns: Columns,
    *,
    key: str,
    row_height: int,
    disabled: bool,
    on_change: Callable[[], None],
    alt: str,
) -> Mapping[int, Mapping[str, Any]]:
    """Draw the table as high as there is room; gives the cells that were edited, by row and column.

    `key` names the rows, as they are fixed. `row_height`: in pixels. `disabled`: no cell can be edited.
    """
    _, buttons = extract_button_column_configs(columns.config)
    names = tuple(table.column_names)
    sent = Dataframe(
        id=compute_and_register_element_id(
            "data_editor", user_key=key, dg=None, key_as_main_identity={"kind"}, kind=str((names, disabled))
        ),
        alt=alt,
        row_height=row_height,
        disabled=disabled,
        editing_mode=Dataframe.EditingMode.FIXED,
        columns=_columns_as_sent(columns, names, disabled),
    )
    sent.arrow_data.data = convert_arrow_table_to_arrow_bytes(table)
    run = get_script_run_ctx()
    if not disabled:
        register_button_column_widgets(dg=st._main, proto=sent, button_columns=buttons, ctx=run)
    told = DataEditorSerde()
    held = register_widget(
        sent.id,
        on_change_handler=on_change,
        deserializer=told.deserialize,
        serializer=told.serialize,
        ctx=run,
        value_type="string_value",
        disabled=disabled,
    )
    st._main._enqueue("dataframe", sent, layout_config=LayoutConfig(width="stretch", height="stretch"))
    edited: Mapping[int, Mapping[str, Any]] = held.value["edited_rows"]
    return edited


@lru_cache(maxsize=64)
def _columns_as_sent(columns: Columns, names: tuple[str, ...], disabled: bool) -> str:
    config, _ = extract_button_column_configs(columns.config)
    told = process_config_mapping(config)
    update_column_config(told, INDEX_IDENTIFIER, {"hidden": True})
    if not disabled:
        for name in names:
            if name not in columns.editable:
                update_column_config(told, name, {"disabled": True})
    sent = Dataframe()
    marshall_column_config(sent, told)
    return sent.columns
