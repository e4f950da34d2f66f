/** Before somebody came in nothing is known of their language: it says everything in all three. */
export function renderEnterPage(failed: boolean): {
  readonly headers: Readonly<Record<string, string>>;
  readonly page: string;
} {
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    },
    page: `<!doctype html>
<html lang="ky">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tizme</title>
<link rel="stylesheet" href="/status.css">
<main class="enter">
<h1>Tizme</h1>
${failed ? '<p class="failed" role="alert">Код туура эмес · <span lang="ru">Код неверен</span> · <span lang="en">The code is wrong</span></p>' : ''}
<form method="post" action="/enter">
<label for="code">Сиздин код · <span lang="ru">Ваш код</span> · <span lang="en">Your code</span></label>
<input id="code" name="code" type="password" autocomplete="current-password" required autofocus>
<button>Кирүү · <span lang="ru">Войти</span> · <span lang="en">Enter</span></button>
</form>
</main>
</html>
`,
  };
}
