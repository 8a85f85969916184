// Something asked of the app itself, past Streamlit.

/** Sends it to an address below the page's own; why it was refused, empty where it was done. */
export async function asked(path, body, send = fetch) {
  try {
    const answer = await send(new URL(path, document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return "";
    const { message } = await answer.json().catch(() => ({}));
    return message || `That did not work (${answer.status}). Try again.`;
  } catch {
    return "The app cannot be reached. Try again in a moment.";
  }
}
