// Sends the file from the browser to the storage, past the dyno. Without JavaScript the form sends it
// to the app, which takes small files only.
const form = document.querySelector("#upload");
const trouble = document.querySelector("#trouble");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await send(form.elements.file.files[0]);
    location.reload();
  } catch (error) {
    trouble.textContent = `Not uploaded: ${error.message}.`;
    button.disabled = false;
  }
});

async function send(file) {
  const answer = await fetch("/api/uploads", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type: file.type, size: file.size }),
  });
  const { upload, message } = await answer.json();
  if (!answer.ok) throw new Error(message);
  const { method, headers } = upload;
  const stored = await fetch(upload.url, { method, headers, body: file }).catch(() => {
    // A browser does not tell a page why: most often the bucket does not know the page's origin.
    throw new Error("the storage cannot be reached from this page (see `flask uploads allow`)");
  });
  if (!stored.ok) throw new Error(`the storage answered ${stored.status}`);
}
