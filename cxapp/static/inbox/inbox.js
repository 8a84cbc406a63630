// New mails appear without a reload; a list that has not changed is left alone.
const list = document.getElementById("mails");

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("mails");
    if (fresh && fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.childNodes);
  } catch {
    // The demo is being stopped or started; the next look will tell.
  }
}

setInterval(look, 2000);
