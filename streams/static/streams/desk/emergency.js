// An announcement that is being prepared is shown as soon as it can be heard (templates/streams/desk/emergency.html). What is typed
// into the forms meanwhile stays.
const AGAIN = 1500; // milliseconds between two looks
const ENOUGH = 120; // looks; somebody who waits longer loads the page

const box = document.querySelector("[data-announced]");
const prepares = () => box.querySelector("[data-preparing]") !== null;

const look = async () => {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-announced]");
  const isReady = fresh && fresh.querySelectorAll("[data-preparing]").length < box.querySelectorAll("[data-preparing]").length;
  if (!isReady) return;
  const waited = box.querySelector("[data-preparing] h2").id;
  box.replaceChildren(...fresh.childNodes);
  if (document.activeElement === document.body) document.getElementById(waited)?.focus();
};

for (let looks = 0; prepares() && looks < ENOUGH; looks += 1) {
  await new Promise((resolve) => {
    setTimeout(resolve, AGAIN);
  });
  await look().catch(() => {}); // a site that is away is asked again
}
