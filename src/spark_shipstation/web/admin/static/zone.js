// The browser's time zone, for the server to show times in. Without it they are shown in UTC.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const secure = location.protocol === "https:" ? "; Secure" : "";
const known = document.cookie.split("; ").some((cookie) => cookie === `spark_zone=${zone}`);
if (zone && !known) {
  document.cookie = `spark_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
