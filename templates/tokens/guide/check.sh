# Paste the secret when asked. It stays out of your shell history.
read -rs {{ variable }} && export {{ variable }}

# The portal itself: 200 and who it is, or 401, or 403 and the missing scope.
curl -i {{ origin }}/authz/verify/scope/{{ scope }} \
  --header "Authorization: Bearer ${{ variable }}"

# Through your proxy: your API answers, and without the header it is 401.
curl -i https://api.example.com/ \
  --header "Authorization: Bearer ${{ variable }}"
