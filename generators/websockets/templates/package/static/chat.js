const state = document.querySelector("#state");
const form = document.querySelector("#say");

// WebSocket alone, as sockets.py says. The client connects again by itself when the dyno restarts.
const socket = io({ transports: ["websocket"] });

socket.on("connect", () => {
  state.textContent = "Connected.";
});
socket.on("disconnect", () => {
  state.textContent = "Not connected, trying again …";
});
socket.on("connect_error", () => {
  // The client does not try again by itself when the server turned it away.
  state.textContent = socket.active ? "Not connected, trying again …" : "It is full. Come back later.";
});
socket.on("said", ({ text }) => {
  const line = document.createElement("li");
  line.textContent = text;
  document.querySelector("#said").prepend(line);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { text } = form.elements;
  try {
    const { error } = await socket.timeout(5000).emitWithAck("say", text.value);
    if (error) state.textContent = error;
    else text.value = "";
  } catch {
    state.textContent = "Nobody answered; the text was not sent.";
  }
});
