// Copy buttons. Where the clipboard is out of reach (plain HTTP), the field is selected and the old way is tried.
const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

async function copy(field) {
  field.select();
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // not allowed: the old way
    }
  }
  return document.execCommand("copy");
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.innerHTML;
  let timer = 0;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(field);
    button.classList.toggle("done", done);
    button.firstChild.textContent = done ? "Copied" : "Press Ctrl+C";
    said.textContent = done ? `Copied: ${field.labels[0].textContent}` : "Select the text and copy it.";
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.innerHTML = words;
      button.classList.remove("done");
    }, 2000);
  });
}
