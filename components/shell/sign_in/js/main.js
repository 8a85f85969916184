// The form that asks who works here. It is sent to the app's own address, which gives this browser a cookie
// that no script can read; then the page is loaded anew, and so is every other window that asks.

import { asked } from "./asked.js";

const WINDOWS = "tagwright-signed-in";

export default function signIn({ parentElement, data }) {
  const form = parentElement.querySelector("form"), said = form.querySelector(".said");
  const button = form.querySelector("button");
  form.querySelector(".caption").textContent = data.caption;
  if (!form.heard) {
    form.heard = new BroadcastChannel(WINDOWS);
    form.heard.onmessage = () => location.reload();
    form.elements.email.focus({ preventScroll: true });
  }
  form.onsubmit = async (event) => {
    event.preventDefault();
    const email = form.elements.email.value.trim(), password = form.elements.password.value;
    if (!email || !password) {
      said.textContent = "Both are needed.";
      form.elements[email ? "password" : "email"].focus();
      return;
    }
    said.textContent = "";
    button.disabled = true;
    const refused = await asked("auth/session", { email, password, goesOn: data.goesOn });
    if (!refused) {
      new BroadcastChannel(WINDOWS).postMessage("");
      location.reload();
      return;
    }
    button.disabled = false;
    said.textContent = refused;
    form.elements.password.select();
  };
  // Streamlit's own keys do not listen to what is typed here.
  form.onkeydown = (event) => event.stopPropagation();
  return () => form.heard?.close();
}
