// What a table does not take of the cells that are pasted into it, and why: Streamlit drops that without a
// word.

import { warn } from "./status.js";

const SHOWN = 1000; // ms after which a table shows what it took
const LISTED = 4;
const EMPTY = "–"; // what stands in a cell for no class or no label

/** Rows of cells, as a spreadsheet copies them: in quotes where a tab, a line break or a quote is in one. */
export function cellsIn(text) {
  const signs = [...text.replace(/\r\n?/g, "\n").replace(/\n$/, "")];
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < signs.length; at++) {
    const row = rows.at(-1);
    const isQuote = signs[at] === '"';
    if (isQuoted && isQuote && signs[at + 1] !== '"') isQuoted = false;
    else if (isQuoted) row.push(row.pop() + signs[isQuote ? at++ : at]);
    else if (isQuote && row.at(-1) === "") isQuoted = true;
    else if (signs[at] === "\t") row.push("");
    else if (signs[at] === "\n") rows.push([""]);
    else row.push(row.pop() + signs[at]);
  }
  return rows;
}

/**
 * Why a table does not take some cells, each in words. `at`: the row and the column of the first, from 0;
 * `table`: its `columns` by their heads, how many `rows` it has, and what is `shown` in a cell (undefined
 * where it is out of sight); `names`: what there is to choose by column.
 */
export function notTaken(cells, at, { columns, rows, shown }, names) {
  const found = [];
  const below = Math.max(0, at.row + cells.length - rows);
  let beyond = 0;
  cells.slice(0, cells.length - below).forEach((row, i) => {
    row.forEach((value, j) => {
      const column = columns[at.column + j];
      const cell = shown(at.row + i, at.column + j);
      if (column === undefined) beyond += 1;
      else if (value !== cell) {
        const why = reason(column, value, names);
        if (why) found.push(`row ${at.row + i + 1}, ${column}: ${why}`);
      }
    });
  });
  if (beyond) found.push(`${beyond} right of the last column`);
  if (below) found.push(`${below} ${below === 1 ? "row" : "rows"} below the last one`);
  return found;
}

function reason(column, value, names) {
  if (Object.hasOwn(names, column)) {
    if (value === "") return `an empty cell changes nothing, “${EMPTY}” does`;
    if (value === EMPTY || names[column].includes(value)) return "";
    return `“${value}” is not one of the session's ${column === "Class" ? "classes" : "labels"}`;
  }
  if (column === "Start" || column === "End") {
    return /^\s*\d*\s*$/.test(value) ? "" : `“${value}” is not a whole number`;
  }
  return column === "" ? "" : "this column cannot be changed";
}

/** Say what was not taken of a paste into a table, once the table shows what was. */
export function onPaste(editor, { target, clipboardData }) {
  const grid = target instanceof Element && target.closest("[data-testid=stDataFrame]");
  const selected = grid && grid.querySelector("td[aria-selected=true]");
  const cells = cellsIn(clipboardData?.getData("text/plain") ?? "");
  if (!selected || editor.given.readOnly) return;
  const place = (cell) => Number(cell.getAttribute("aria-colindex")) - 1;
  const rowOf = (cell) => Number(cell.parentElement.getAttribute("aria-rowindex")) - 2;
  const at = { row: rowOf(selected), column: place(selected) };
  setTimeout(() => {
    const heads = [...grid.querySelectorAll("th")].map((head) => [place(head), head.textContent.trim()]);
    const all = [...grid.querySelectorAll("td")];
    const table = {
      columns: Object.assign([], Object.fromEntries(heads)),
      rows: Number(grid.querySelector("[aria-rowcount]")?.getAttribute("aria-rowcount") ?? Infinity) - 1,
      shown: (row, column) =>
        all.find((cell) => rowOf(cell) === row && place(cell) === column)?.textContent.trim(),
    };
    const { classes, labels } = editor.given;
    const lost = notTaken(cells, at, table, { Class: classes, Label: labels });
    const more = lost.length > LISTED ? `; and ${lost.length - LISTED} more` : "";
    if (lost.length) warn(editor, `Not pasted: ${lost.slice(0, LISTED).join("; ")}${more}.`);
  }, SHOWN);
}
