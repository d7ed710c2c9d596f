"""Flask's apps and blueprints, as code for the walk to follow: their configuration, and what registering runs.

All else of them is something outside, which each object has as `__outside__`.
"""

from __future__ import annotations

TEXT = """
class Config:
    def __init__(self, root_path=None, defaults=None):
        self.__outside__, self._known, self._others, self._is_open = _config, {}, {}, False

    def __setitem__(self, key, value):
        self._known[key] = value

    def __getitem__(self, key):
        return self._at(key)

    def __delitem__(self, key):
        self.pop(key)

    def __contains__(self, key):
        return key in self._known or bool(self._at(key))

    def __iter__(self):
        return iter(self.__outside__)

    def __getattr__(self, name):
        if name in ("from_envvar", "from_file", "from_json", "from_prefixed_env", "from_pyfile"):
            self._is_open = True
        return getattr(self.__outside__, name)

    def _at(self, key):
        if key in self._known and not self._is_open:
            return self._known[key]
        if key not in self._others:
            self._others[key] = self.__outside__[key]
        return self._others[key]

    def get(self, key, default=None):
        return self._at(key)

    def setdefault(self, key, default=None):
        if key not in self._known and not self._is_open:
            self._known[key] = default
        return self._at(key)

    def pop(self, key, *default):
        value = self._at(key)
        self._known.pop(key, None)
        return value

    def update(self, mapping=(), **named):
        if mapping and not _is_known(mapping):
            self._is_open = True
        elif mapping:
            self._known.update(mapping)
        self._known.update(named)

    def from_mapping(self, mapping=None, **named):
        self.update(mapping or (), **named)
        return True

    def from_object(self, found):
        if isinstance(found, str):
            found = _object_named(found)
        if not _is_known(found):
            self._is_open = True
            return
        for key in dir(found):
            if key.isupper():
                self._known[key] = getattr(found, key)


class _State:
    def __init__(self, blueprint, app, options):
        self.blueprint, self.app, self.options = blueprint, app, options
        self.first_registration, self.url_prefix = True, options.get("url_prefix")

    def __getattr__(self, name):
        return getattr(_state, name)


class _Scaffold:
    def __getattr__(self, name):
        if not _is_attribute(name) and not _undecided():
            raise AttributeError(name)
        return getattr(self.__outside__, name)

    def add_url_rule(self, *args, **options):
        return self.__outside__.add_url_rule(*args, **options)


class Blueprint(_Scaffold):
    def __init__(self, name, import_name, *args, **options):
        self.__outside__, self._deferred, self._inner = _blueprint(name, import_name), [], []
        if type(self) is not Blueprint:
            _note_outside()
        self.name, self.import_name = name, import_name

    def record(self, function):
        self._deferred.append(function)

    def record_once(self, function):
        self._deferred.append(function)

    def register_blueprint(self, blueprint, **options):
        self._inner.append((blueprint, options))

    def register(self, app, options):
        state = _State(self, app, options)
        for each in self._deferred:
            each(state)
        for blueprint, options in self._inner:
            app.register_blueprint(blueprint, **options)


class Flask(_Scaffold):
    config_class = Config

    def __init__(self, import_name, *args, **options):
        self.__outside__ = _flask(import_name)
        if type(self) is not Flask:  # methods of its own may be called that are not seen
            _note_outside()
        self.import_name = self.name = import_name
        self.config = self.config_class()

    def register_blueprint(self, blueprint, **options):
        self.__outside__.register_blueprint(blueprint)
        if isinstance(blueprint, Blueprint):
            blueprint.register(self, options)
        elif _is_known(blueprint):
            _not_known()
"""
ATTRIBUTES = frozenset(
    {
        "add_template_filter", "add_template_global", "add_template_test", "after_app_request", "after_request",
        "after_request_funcs", "app_context", "app_context_processor", "app_errorhandler", "app_template_filter",
        "app_template_global", "app_template_test", "app_url_defaults", "app_url_value_preprocessor",
        "before_app_request", "before_request", "before_request_funcs", "blueprints", "cli", "cli_group",
        "context_processor", "debug", "default_config", "delete", "endpoint", "ensure_sync", "error_handler_spec",
        "errorhandler", "extensions", "get", "has_static_folder", "instance_path", "iter_blueprints", "jinja_env",
        "jinja_environment", "jinja_loader", "jinja_options", "json", "json_provider_class", "logger",
        "make_response", "make_shell_context", "open_instance_resource", "open_resource", "patch",
        "permanent_session_lifetime", "post", "put", "register_error_handler", "request_class", "response_class",
        "root_path", "route", "run", "secret_key", "send_static_file", "session_interface",
        "shell_context_processor", "shell_context_processors", "static_folder", "static_url_path", "subdomain",
        "teardown_app_request", "teardown_appcontext", "teardown_appcontext_funcs", "teardown_request",
        "teardown_request_funcs", "template_context_processors", "template_filter", "template_folder",
        "template_global", "template_test", "test_cli_runner", "test_client", "test_request_context", "testing",
        "url_build_error_handlers", "url_default_functions", "url_defaults", "url_for", "url_map", "url_prefix",
        "url_value_preprocessor", "url_value_preprocessors", "view_functions", "wsgi_app",
    }
)  # fmt: skip
