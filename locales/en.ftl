# Every word that people read on pages and in mails. One sentence a message; names and hosts come in as {$arguments}.

## layout

skip-to-content = Skip to the content
you-are-on = You are on { $host }
go-to-start = Go to the start page
foot-privacy = Privacy Policy
foot-terms = Terms of Service
foot-support = Help
not-found-title = There is nothing here
not-found-text = The address may be mistyped, or what it named is gone, or it belongs to another account.
forbidden-title = You may not do this here
forbidden-text = Your role in this workspace does not include it. An owner or an admin can change your role.
broken-title = Something broke on our side
broken-text = Nothing you entered was lost on purpose. Go back and try again; if it happens again, tell the people who run this server.
form-not-ours-title = This form is too old
form-not-ours-text = You signed in or out since it was opened, or it was not opened here. Go back, reload the page and send it again.
form-too-large-title = This form is too large
form-too-large-text = Shorten what you typed and send it again.
form-unreadable-title = This form could not be read
form-unreadable-text = Go back, reload the page and send it again.
password-show = Show password
password-hide = Hide password
password-shown = Your password is shown
password-hidden = Your password is hidden
returning-title = Returning you to { $host }

your-account = Your account
developer-pages = Developer pages
sign-out-button = Sign out
workspace-word = Workspace:
workspace-new = New workspace
workspace-nav = Workspace
nav-numbers = Numbers
nav-apps = Apps
nav-messages = Messages
nav-members = Members
nav-audit = Audit log
nav-settings = Settings

## accounts

email-label = E-mail address
password-label = Password
password-hint = At least 10 characters. A sentence is fine.
name-label = Your name
workspace-label = Name of your workspace
workspace-hint = Usually your business. You can change it later.
role-owner = Owner
role-admin = Admin
role-editor = Editor
role-viewer = Viewer
sign-in-title = Sign in
sign-in-for-app = { $app } asks for access. Sign in to see what it asks for.
sign-in-button = Sign in
sign-in-no-account = No account yet?
sign-in-refused = You are not signed in
sign-in-wrong = The e-mail address or the password is wrong.
sign-in-too-often = There were too many tries. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.
sign-up-title = Create an account
sign-up-lead = You get a workspace of your own. Link a number to it, then decide which apps may use it.
sign-up-button = Create the account
sign-up-have-account = Already have an account?
sign-up-refused = The account was not created
sign-up-email = This is not an e-mail address. It looks like name@example.com.
sign-up-name = Write your name, in at most 80 characters.
sign-up-too-short = Use at least 10 characters. Three words do well.
sign-up-too-long = Use at most 200 characters.
sign-up-tells = Choose a password that is not your e-mail address or your name.
sign-up-taken = There is already an account with this address. Sign in instead.

## apps

developers-word = Developers
apps-own-title = Your apps
apps-own-lead = An app asks workspaces for access with OAuth, and calls the API for them.
apps-own-empty-title = Register your first app
apps-own-empty-text = You get a client id, and a secret if it runs on a server. From there to the first call takes about five minutes.
app-register = Register an app
app-register-button = Register the app
app-register-refused = The app was not registered
app-refused = The app was not changed
app-error-word = Error:
app-edit = Change this app
app-edit-title = Change what it says
app-save = Save the changes
app-cancel = Cancel
app-copy = Copy
app-copied = Copied
app-copy-client-id = the client id
app-copy-authorize = the authorization endpoint
app-copy-token = the token endpoint
app-copy-secret = the secret
app-copy-request = this request
app-column-app = App
app-column-status = Status
app-column-kind = Runs
app-column-registered = Registered
app-column-permission = Permission
app-column-ask = Ask
app-column-reason = Your reason, shown to people
app-column-secret = Secret
app-column-made = Made
app-column-used = Last used
app-column-actions = Actions
app-state-active = Not reviewed
app-state-reviewed = Reviewed
app-state-suspended = Suspended
app-reviewed-hint = The people who run this server review apps. Apps that are not reviewed work, and the consent page says so.
app-suspended-text = The people who run this server have suspended this app. Nobody can authorize it, and its calls fail.
app-workspaces = { $count ->
    [one] One workspace uses it
   *[other] { $count } workspaces use it
 }
app-review-lapses = This app is reviewed. The review is for what it says now: a change takes it back until it is reviewed again.

app-name-label = Name
app-name-hint = People see it on the consent page.
app-publisher-label = Made by
app-publisher-hint = The company or person behind it.
app-homepage-label = Home page
app-privacy-label = Privacy policy
app-privacy-hint = People find the links to it and to the terms on the consent page.
app-terms-label = Terms of service
app-redirects-label = Redirect addresses
app-redirects-hint = One a line, exactly as your app sends them. https, or http on 127.0.0.1 with any port. No wildcards.
app-kind-label = Where does it run?
app-kind-confidential = On a server
app-kind-confidential-hint = It can keep a secret.
app-kind-public = In a browser, on a phone or a desktop
app-kind-public-hint = No secret; PKCE proves who it is.
app-kind-for-good = This cannot be changed later.
app-kind-stays = This cannot be changed. Register another app instead.
app-scopes-title = What it may ask for
app-scopes-hint = People cannot leave out what is needed. They are asked again when an app asks for more.
app-ask-off = don’t ask
app-ask-optional = optional
app-ask-required = needed
app-ask-for = Ask for { $scope }
app-reason-for = Reason for { $scope }
app-about = About it

scope-account-read = See the workspace
scope-messages-send = Send messages
scope-messages-read = Read messages
scope-templates-read = See templates
scope-templates-manage = Manage templates
scope-numbers-read = See numbers
scope-numbers-manage = Manage numbers
scope-contacts-read = See contacts
scope-contacts-manage = Manage contacts
scope-security-read = Read security data

app-client-id = Client id
app-client-id-hint = It is no secret. Send it as
app-endpoints = Endpoints of this server
app-endpoint-authorize = Authorization: send people here
app-endpoint-token = Tokens: your app calls this
app-secrets = Secrets
app-secrets-public = A public app has no secret. It proves with PKCE that it is the one that asked.
app-secrets-none = There is no live secret, so the app cannot get tokens. Make one.
app-secrets-two = Two secrets are live. End one before you make another.
app-secrets-hint = Two secrets work at the same time, so that you can change them without a pause. End the old one when its last use is long ago.
app-secret-make = Make a new secret
app-secret-newest = Newest
app-secret-never = Never
app-secret-end = End
app-secret-ending-in = the secret ending in { $hint }
app-secret-title = Your new secret
app-secret-copy-now = Copy it now.
app-secret-once = We keep only a fingerprint and can’t show it again.
app-secret-of = Secret of { $app }
app-secret-where = Put it where your server keeps its secrets, never into a page or an app on a phone.
app-secret-old-works = The old secret goes on working until you end it.
app-secret-stored = I have stored it
app-what-happens = What happens
app-revoke-title = End a secret
app-revoke-token-requests = Token requests with this secret fail at once.
app-revoke-grants-stay = Workspaces stay connected, and tokens that were issued go on working.
app-revoke-last = It is the only live secret: until you make another one, the app cannot get tokens.
app-revoke-button = End this secret
app-keep-it = Keep it
app-delete = Delete { $app }
app-delete-hint = Done with this app?
app-delete-refused = The app was not deleted
app-delete-grants = { $count ->
    [0] No workspace uses it.
    [one] One workspace is disconnected: the app’s next call fails.
   *[other] { $count } workspaces are disconnected: the app’s next call fails.
 }
app-delete-id = Its client id, its secrets and its redirect addresses stop working for good.
app-delete-audit = The audit log of every workspace stays.
app-delete-confirm = Type the app’s name to delete it
app-delete-not-the-name = This is not the app’s name. Type it as it stands above the field.
app-logo = Logo
app-logo-new = New logo
app-logo-hint = PNG, JPEG or WebP, best square and at least 256 pixels wide, at most 1 MB.
app-logo-upload = Upload the logo
app-logo-remove = Remove the logo
app-logo-missing = Choose a file first.
app-logo-too-large = The file is larger than 1 MB. Save the picture smaller and send it again.
app-logo-svg = SVG is not taken, because it can hold scripts. Save the picture as PNG and send that.
app-logo-format = This is not a PNG, JPEG or WebP picture.
app-logo-too-many-pixels = The picture has more than 4096 pixels on a side. Make it smaller and send it again.
app-logo-damaged = The picture is damaged and cannot be read. Save it again and send that.
app-logo-too-often = Those were many logos in a short time. Wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 } and try again.

app-done-registered = The app is registered.
app-done-changed = The changes are saved.
app-done-logo = The new logo is in use.
app-done-logo-removed = The logo is removed.
app-done-secret-revoked = The secret is ended.
app-done-deleted = The app is deleted.

quickstart-title = Five minutes to the first call
quickstart-register = Register an app: its name, where it runs, the address to which people return, and what it may ask for.
quickstart-authorize = Send a person to this address. They sign in, see what you ask for, and decide.
quickstart-pkce = The challenge is the example of RFC 7636; make a fresh pair for each request.
quickstart-token = They return to your redirect address with a code. Exchange it within a minute.
quickstart-call = Call the API with the access token.

app-name-too-short = { $field ->
    [publisher] Say who makes the app: at least two characters, one of them a letter.
   *[name] Give the app a name: at least two characters, one of them a letter.
 }
app-name-too-long = { $field ->
    [publisher] Who makes it may have at most 50 characters.
   *[name] The name may have at most 50 characters.
 }
app-name-invisible = { $field ->
    [publisher] Who makes it holds an invisible character. Type it again by hand.
   *[name] The name holds an invisible character. Type it again by hand.
 }
app-name-not-normal = { $field ->
    [publisher] Who makes it holds stylised letters. Use plain ones.
   *[name] The name holds stylised letters. Use plain ones.
 }
app-name-character = { $field ->
    [publisher] Who makes it may not contain “{ $character }”. Use letters, digits and simple punctuation.
   *[name] The name may not contain “{ $character }”. Use letters, digits and simple punctuation.
 }
app-name-marks = { $field ->
    [publisher] Who makes it holds a letter with too many marks.
   *[name] The name holds a letter with too many marks.
 }
app-name-mixed-scripts = { $field ->
    [publisher] Who makes it mixes letters of several scripts, some of which look alike. Use one script.
   *[name] The name mixes letters of several scripts, some of which look alike. Use one script.
 }
app-name-whatsapp = { $field ->
    [publisher] Who makes it may not contain “WhatsApp” or what looks like it. Use the name of your own company.
   *[name] The name may not contain “WhatsApp” or what looks like it. Use the name of your own product.
 }
app-name-meta = { $field ->
    [publisher] Who makes it may not contain the word “Meta” or what looks like it. Use the name of your own company.
   *[name] The name may not contain the word “Meta” or what looks like it. Use the name of your own product.
 }
app-name-product = { $field ->
    [publisher] Who makes it may not contain the name of this server or what looks like it. Use the name of your own company.
   *[name] The name may not contain the name of this server or what looks like it. Use the name of your own product.
 }
app-link-not-an-address = { $field ->
    [privacy] The link to the privacy policy is not a whole address. It looks like https://example.com/privacy.
    [terms] The link to the terms of service is not a whole address. It looks like https://example.com/terms.
   *[homepage] The home page is not a whole address. It looks like https://example.com.
 }
app-link-not-https = { $field ->
    [privacy] The link to the privacy policy must use https, or http on 127.0.0.1.
    [terms] The link to the terms of service must use https, or http on 127.0.0.1.
   *[homepage] The home page must use https, or http on 127.0.0.1.
 }
app-link-userinfo = { $field ->
    [privacy] The link to the privacy policy has a user name before its host. Leave it out.
    [terms] The link to the terms of service has a user name before its host. Leave it out.
   *[homepage] The home page has a user name before its host. Leave it out.
 }
app-link-too-long = { $field ->
    [privacy] The link to the privacy policy is longer than 500 characters.
    [terms] The link to the terms of service is longer than 500 characters.
   *[homepage] The address of the home page is longer than 500 characters.
 }
app-redirect-too-long = Line { $line }: the address is longer than 500 characters.
app-redirect-unprintable = Line { $line }: the address holds a blank or a control character.
app-redirect-wildcard = Line { $line }: there are no wildcards. Register each address in full.
app-redirect-fragment = Line { $line }: leave out the # and what follows it.
app-redirect-backslash = Line { $line }: the address holds a backslash. Write / instead.
app-redirect-encoded-slash = Line { $line }: the address holds an encoded slash, %2F or %5C.
app-redirect-dot-segment = Line { $line }: leave out . and .. as parts of the path. Write the path that they lead to.
app-redirect-not-an-address = Line { $line }: this is not a whole address. It looks like https://app.example.com/callback.
app-redirect-userinfo = Line { $line }: leave out the user name before the host.
app-redirect-localhost = Line { $line }: localhost may lead elsewhere. Write http://127.0.0.1 or http://[::1] instead.
app-redirect-http = Line { $line }: the address must use https. Only 127.0.0.1 and [::1] may use http.
app-redirect-host-dot = Line { $line }: leave out the dot at the end of the host.
app-redirect-scheme = Line { $line }: the address must begin with https, or with a domain name of yours in reverse, such as com.example.app:/callback.
app-redirect-scheme-of-device = Line { $line }: such an address is for apps that run on a device. An app on a server uses https.
app-redirect-scheme-slashes = Line { $line }: write exactly one slash after the colon, such as com.example.app:/callback.
app-redirect-not-normal = Line { $line }: browsers send this address as { $normal }. Register that.
app-wrong-no-redirect = Add at least one redirect address.
app-wrong-many-redirects = An app may have at most 20 redirect addresses.
app-wrong-long-reason = The reason for { $scope } is longer than 200 characters.
app-wrong-invisible-reason = The reason for { $scope } holds an invisible character. Type it again by hand.
app-wrong-no-scope = Choose at least one permission that it may ask for.
app-wrong-many-apps = You have 50 apps, which is the most for one developer. Delete one that is no longer used.

audit-app-created = An app was registered
audit-app-changed = An app was changed
audit-app-secret_created = A secret of an app was made
audit-app-secret_revoked = A secret of an app was ended
audit-app-deleted = An app was deleted
audit-app-suspended = An app was suspended
audit-app-resumed = A suspended app was resumed
audit-app-reviewed = The review of an app was given or taken back

## oauth

## numbers

## messages

## audit

## demo
