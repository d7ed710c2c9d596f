"""Calls that talk to a network, a database, another process or a stored model, by resolved path.

Each group names where its facts were read. Constructors that are documented to connect to nothing stand in no group:
`requests.Session`, `redis.Redis`, `sqlalchemy.create_engine`, `pymongo.MongoClient`, `elasticsearch.Elasticsearch`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: what is done, as the head of a message says it, and what to do instead."""

    done: str
    advice: str


CONNECTION = Work("connection opened", "open it at first use, and keep it")
ENGINE = Work("connection opened", "connect when a request or a command first needs it")
ANSWER = Work(
    "database asked", "ask when a request first needs the answer, or have what startup must know in the configuration"
)
QUERY = Work("database work done", "do it when a request or a command first needs it")
TABLES = Work("database tables created", "create them in a migration or a command")
MIGRATION = Work("database migrated", "migrate in a command that runs before the app starts")
REQUEST = Work("network request sent", "send it at first use, and keep the answer")
CLIENT = Work("client made", "make it at first use, in a function under functools.cache")
CREDENTIALS = Work("cloud credentials looked up", "make the client at first use, in a function under functools.cache")
PROCESS = Work("process started", "run it at build time, in a command or at first use")
THREAD = Work("background work started", "start it in the worker, when the first request or job needs it")
INSTALL = Work("packages installed", "list them among the project's dependencies")
MODEL = Work("model loaded", "load it at first use, or in a worker that needs it")

# Local work whose price alone makes it worth a finding: reported where its measured row reaches the threshold. What
# watches over the process from its start (`sentry_sdk.init`, tracers, logging) is none of it: later it would miss
# something.
PRICED = {
    "anthropic.Anthropic": CLIENT,
    "boto3.client": CLIENT,
    "boto3.resource": CLIENT,
    "openai.OpenAI": CLIENT,
    "spacy.blank": MODEL,
}


def _each(work: Work, names: str) -> dict[str, Work]:
    return dict.fromkeys(names.split(), work)


CALLS: dict[str, Work] = {
    # PEP 249: `connect` is "a constructor for creating a connection to the database"
    **_each(
        CONNECTION,
        """MySQLdb.connect asyncpg.connect asyncpg.create_pool cx_Oracle.connect duckdb.connect mariadb.connect
        mysql.connector.connect oracledb.connect psycopg.connect psycopg2.connect pymssql.connect pymysql.connect
        pyodbc.connect snowflake.connector.connect sqlite3.connect""",
    ),
    # pools that open their first connections when they are made: the documentation of each driver
    **_each(
        CONNECTION,
        """MySQLdb.Connect cx_Oracle.SessionPool mysql.connector.pooling.MySQLConnectionPool oracledb.create_pool
        psycopg2.pool.SimpleConnectionPool psycopg2.pool.ThreadedConnectionPool pymysql.Connect pymysql.Connection
        pymysql.connections.Connection""",
    ),
    # what asks its servers for the topology, or waits for them
    **_each(
        CONNECTION,
        """cassandra.cluster.Cluster().connect clickhouse_connect.get_client grpc.channel_ready_future().result
        hazelcast.HazelcastClient neo4j.GraphDatabase.driver().verify_connectivity redis.RedisCluster
        redis.cluster.RedisCluster websocket.create_connection""",
    ),
    # kafka-python (the constructor bootstraps), pika, pymilvus, weaviate, kazoo, paho-mqtt, ldap3, paramiko: their docs
    **_each(
        CONNECTION,
        """kafka.KafkaConsumer kafka.KafkaProducer kazoo.client.KazooClient().start ldap3.Connection().bind
        paho.mqtt.client.Client().connect paramiko.SSHClient().connect pika.BlockingConnection
        pymilvus.connections.connect weaviate.connect_to_custom weaviate.connect_to_local
        weaviate.connect_to_weaviate_cloud""",
    ),
    # Python's library reference, "Internet Protocols and Support" and `socket`
    **_each(
        CONNECTION,
        """ftplib.FTP().connect ftplib.FTP().login imaplib.IMAP4 imaplib.IMAP4_SSL
        poplib.POP3 poplib.POP3_SSL smtplib.SMTP().connect smtplib.SMTP().login
        smtplib.SMTP_SSL().login socket.create_connection socket.socket().connect""",
    ),
    # chromadb and langchain: the store's files are opened, or the server is asked for its tenant and collection
    **_each(
        CONNECTION,
        """chromadb.HttpClient chromadb.PersistentClient langchain_chroma.Chroma langchain.vectorstores.Chroma
        langchain.vectorstores.FAISS.load_local langchain_community.vectorstores.Chroma
        langchain_community.vectorstores.FAISS.load_local""",
    ),
    # Python's library reference: `urllib.request`, `socket`; the documentation of wget, gdown, urllib3
    **_each(
        REQUEST,
        """gdown.download huggingface_hub.hf_hub_download huggingface_hub.snapshot_download nltk.download
        msal.ConfidentialClientApplication msal.PublicClientApplication
        socket.getaddrinfo socket.gethostbyaddr socket.gethostbyname stanza.download urllib.request.urlopen
        urllib.request.urlretrieve urllib3.PoolManager().request urllib3.request wget.download""",
    ),
    # google-auth's documentation of `default`: the last place asked is the metadata server
    "google.auth.default": CREDENTIALS,
    # Flask-Migrate's and Alembic's API pages
    **_each(MIGRATION, "alembic.command.upgrade flask_migrate.upgrade"),
    # Python's library reference: `subprocess`, `os`, `multiprocessing`
    **_each(
        PROCESS,
        """multiprocessing.Pool multiprocessing.Process().start os.popen os.system subprocess.Popen subprocess.call
        subprocess.check_call subprocess.check_output subprocess.getoutput subprocess.getstatusoutput subprocess.run""",
    ),
    # Python's library reference: `threading`, `concurrent.futures`; gevent, eventlet, APScheduler, Flask-SocketIO
    **_each(
        THREAD,
        """apscheduler.schedulers.background.BackgroundScheduler().start
        apscheduler.schedulers.gevent.GeventScheduler().start
        concurrent.futures.ProcessPoolExecutor().submit concurrent.futures.ThreadPoolExecutor().submit
        eventlet.spawn eventlet.spawn_n flask_apscheduler.APScheduler().start
        flask_socketio.SocketIO().start_background_task gevent.spawn gevent.spawn_later threading.Thread().start
        threading.Timer().start watchdog.observers.Observer().start""",
    ),
    # pip's guide, "Using pip from your program", warns of both
    **_each(INSTALL, "pip.main pip._internal.main pip._internal.cli.main.main"),
    # the documentation of each: weights are read from disk, some are downloaded first
    **_each(
        MODEL,
        """easyocr.Reader fasttext.load_model faster_whisper.WhisperModel gensim.downloader.load joblib.load
        gensim.models.KeyedVectors.load gensim.models.KeyedVectors.load_word2vec_format gensim.models.Word2Vec.load
        keras.models.load_model llama_cpp.Llama onnxruntime.InferenceSession paddleocr.PaddleOCR
        sentence_transformers.CrossEncoder sentence_transformers.SentenceTransformer spacy.load stanza.Pipeline
        tensorflow.keras.models.load_model tensorflow.saved_model.load torch.hub.load torch.jit.load torch.load
        transformers.pipeline ultralytics.YOLO whisper.load_model""",
    ),
    # pandas' "IO tools", SQL queries
    **_each(QUERY, "pandas.read_sql pandas.read_sql_query pandas.read_sql_table"),
}

# One name for one call: a client of a session costs what one of the default session costs (boto3's guide, "Session").
_OF_SESSION = re.compile(r"^boto3\.(?:session\.)?Session\(\)\.(?=(?:client|resource)\b)")

_VERBS = "delete|get|head|options|patch|post|put|request"
_REDIS = r"(?:flask_redis\.FlaskRedis|redis\.(?:client\.)?(?:from_url|(?:Strict)?Redis(?:\.from_url)?))\(\)"
_LOCAL_OF_REDIS = (
    "client|close|connection_pool|from_url|get_\\w*(?:encoder|kwargs)|init_app|lock|monitor|pipeline|pubsub"
    "|register_script|set_response_callback|transaction"
)
_MONGO = r"(?:flask_pymongo\.PyMongo|pymongo\.(?:mongo_client\.)?MongoClient)\(\)"
# Not a method of the file's own classes: what that does is seen in its body.
_RECEIVER = r"(?!(?::\w+\(\)|\?self|\?cls)\.\w+\().*"
_READING = "all|count|first|first_or_404|get|get_or_404|one|one_or_404|one_or_none|scalar|scalars"

# Calls as "path()" without arguments and "path(...)" with some. A receiver may come from another file, so here the
# method says what is done, or the usual name of the receiver: signals have a `connect` too, which takes a function.
PATTERNS: tuple[tuple[str, Work], ...] = (
    # SQLAlchemy 2.0, "Working with Engines and Connections": the engine connects when `connect` or `begin` is called
    (r"(?:.*[.:?])?(?:\w+_)?engine\.(?:begin|connect|raw_connection)\(\)", ENGINE),
    (r"sqlalchemy\.create_engine\(\)\.(?:begin|connect|execute|has_table|raw_connection|scalar|table_names)"
     r"\([^()]*\)", ENGINE),
    # "Reflecting Database Objects": the engine is asked for the tables
    (rf"{_RECEIVER}\.reflect\((?:\.\.\.|bind|engine)[^()]*\)", ENGINE),
    (r"sqlalchemy\.ext\.automap\.automap_base\(\)\.prepare\([^()]*\b(?:\.\.\.|autoload_with|engine)[^()]*\)", ENGINE),
    # peewee, "Database": connect; Flask-MongoEngine and signals take arguments
    (r"(?:.*[.:?])?(?:db|database)\.connect\(\)", CONNECTION),
    (r"(?:peewee|playhouse\.\w+)\.\w*Database\(\)\.(?:connect|execute_sql)\([^()]*\)", CONNECTION),
    # Flask-SQLAlchemy and SQLAlchemy's MetaData; peewee's `create_tables`
    (rf"{_RECEIVER}\.(?:create_all|create_tables|drop_all)\([^()]*\)", TABLES),
    # SQLAlchemy's Session, Flask-SQLAlchemy's `Model.query`: the methods that emit SQL
    (r"(?:.*[.:?])?(?:db|flask_sqlalchemy\.SQLAlchemy\(\))\.session\.(?:commit|execute|flush|scalars?)\([^()]*\)",
     QUERY),
    (rf"(?:.*[.:?])?session\.query\(\)(?:\.\w+\(\))*\.(?:{_READING})\([^()]*\)", ANSWER),
    (rf"(?:.*[.:?])?[A-Z]\w*\.query(?:\.\w+\(\))*\.(?:{_READING})\([^()]*\)", ANSWER),
    (r"(?:.*[.:?])?session\.query\(\)(?:\.\w+\(\))*\.(?:delete|update)\([^()]*\)", QUERY),
    (r"(?:.*[.:?])?[A-Z]\w*\.query(?:\.\w+\(\))*\.(?:delete|update)\([^()]*\)", QUERY),
    # PyMongo's tutorial and API: the client connects in the background, an operation waits for the server
    (rf"{_MONGO}.*\.(?:aggregate|bulk_write|command|count_documents|create_collection|create_index(?:es)?|delete_\w+"
     r"|distinct|drop\w*|ensure_index|estimated_document_count|find_one\w*|index_information|insert_\w+"
     r"|list_\w+_names|rename|replace_one|server_info|update_\w+)\([^()]*\)", QUERY),
    (rf"{_RECEIVER}\.create_index\([^()]*\)", QUERY),
    # redis-py: a command takes a connection from the pool, which connects then
    (rf"{_REDIS}\.(?!(?:{_LOCAL_OF_REDIS})\()\w+\([^()]*\)", QUERY),
    (rf"{_REDIS}\.(?:lock\(\)\.acquire|pipeline\(\).*\.execute|pubsub\(\)\.p?subscribe)\([^()]*\)", QUERY),
    # elasticsearch-py: the client connects with its first request
    (r".*\.indices\.(?:create|delete|exists|put_\w+|refresh)\([^()]*\)", REQUEST),
    (r"(?:elasticsearch|opensearchpy)\.(?:Elasticsearch|OpenSearch)\(\)\.(?:\w+\.)?(?!(?:close|options)\()\w+\([^()]*\)",
     REQUEST),
    (r"(?:elasticsearch|opensearchpy)\.helpers\.(?:bulk|reindex)\([^()]*\)", REQUEST),
    # requests and httpx, "Quickstart"
    (rf"(?:requests|httpx)\.(?:(?:(?:sessions\.)?[Ss]ession|Client)\(\)\.|api\.)?(?:{_VERBS})\([^()]*\)", REQUEST),
    # Python's library reference: the constructors connect where they are given a host, `http.client` with a request
    (r"(?:ftplib\.FTP(?:_TLS)?|smtplib\.(?:LMTP|SMTP|SMTP_SSL))\((?:\.\.\.|host)[^()]*\)", CONNECTION),
    (r"http\.client\.HTTPS?Connection\(\)\.(?:connect|request)\([^()]*\)", REQUEST),
    (r"xmlrpc\.client\.ServerProxy\(\)\.\w[\w.]*\([^()]*\)", REQUEST),
    # boto3's guide, "Clients": a method is an API operation; these are not
    (r"boto3\.client\(\)\.(?!can_paginate|close|generate_presigned_|get_paginator"
     r"|get_waiter)\w+\([^()]*\)", REQUEST),
    # boto3's guide, "Resources": an action is an API operation; attributes and sub-resources load when they are read
    (r"boto3\.resource\(\)\.[A-Z]\w+\(\)\.(?:copy|create|delete|download|get|load|publish|put|query|receive|scan|send|update"
     r"|upload|wait)(?:_\w+)?\([^()]*\)", REQUEST),
    # the secret stores of Google, Azure
    (r".*\.access_secret_version\([^()]*\)", REQUEST),
    (r"azure\.keyvault\.secrets\.SecretClient\(\)\.get_secret\([^()]*\)", REQUEST),
    # Google's client libraries, HashiCorp Vault's and Consul's: a method with a verb is an API request
    (r"google\.cloud\.[\w.]*Client\(\)\.(?:access|create|delete|get|list|publish|query|send|upload)(?:_\w+)?\([^()]*\)",
     REQUEST),
    (r"hvac\.Client\(\)\.(?:.*\.)?(?:is_authenticated|list|login|lookup|read|renew)\w*\([^()]*\)", REQUEST),
    (r"consul\.Consul\(\)\.[\w.]+\([^()]*\)", REQUEST),
    # google-cloud-python: without `credentials` a client asks `google.auth.default`
    (r"google\.cloud\.[\w.]+Client\((?!.*credentials)[^()]*\)", CREDENTIALS),
    # transformers, diffusers, peft, sentence-transformers
    (rf"{_RECEIVER}\.from_pretrained\([^()]*\)", MODEL),
)  # fmt: skip

# Each file that makes one of the calls imports one of these packages, or has one of the words in its text: a rarer word
# where many files import the package for something else.
_COMMON = frozenset(
    {
        "alembic", "anthropic", "apscheduler", "concurrent", "flask_migrate", "google", "kazoo", "langchain",
        "langchain_chroma", "langchain_community", "openai", "os", "pandas", "redis", "socket", "threading", "urllib",
        "watchdog",
    }
)  # fmt: skip
IMPORTS = tuple(sorted(
    ({name.partition(".")[0] for name in (*CALLS, *PRICED)} - _COMMON)
    | {"elasticsearch", "flask_pymongo", "flask_redis", "httpx", "opensearchpy", "peewee", "playhouse", "pymongo"}
    | {"consul", "hvac", "requests", "xmlrpc"}
))  # fmt: skip
WORDS = (
    ".connect()", ".create_index(", ".indices.", ".query.", ".session.", "create_all",
    "create_tables", "drop_all", "*engine.begin", "from_pretrained", "raw_connection", "*session.query",
)  # fmt: skip
WORDS_WITH = {
    "alembic": ("command",),
    "anthropic": ("Anthropic",),
    "apscheduler": (".start(",),
    "azure": ("SecretClient",),
    "concurrent": (".submit(",),
    "flask_migrate": ("upgrade",),
    "google": ("access_secret_version", "auth", "cloud"),
    "http": ("HTTPConnection", "HTTPSConnection"),
    "kazoo": (".start(",),
    "langchain": ("Chroma", "load_local"),
    "langchain_chroma": ("Chroma",),
    "langchain_community": ("Chroma", "load_local"),
    "openai": ("OpenAI",),
    "os": ("popen", "system"),
    "pandas": ("read_sql*",),
    "redis": ("Redis", "RedisCluster", "StrictRedis", "from_url"),
    "socket": ("create_connection", "getaddrinfo", "gethostby*", "socket(", "socket as"),
    "sqlalchemy": ("automap*", "create_engine", "reflect"),
    "threading": (".start(",),
    "urllib": ("urlopen", "urlretrieve"),
    "watchdog": (".start(",),
}


def work_of(path: str, arguments: tuple[str, ...]) -> Work | None:
    """What a call of a resolved path does; None if it is not known to do anything worth telling.

    arguments are the names of the call's arguments, "..." for those without.
    """
    return CALLS.get(path) or _by_pattern(f"{path}({', '.join(arguments)})")


def public_name(path: str) -> str:
    """The name by which a call is known here, of several that a library has for it."""
    return _OF_SESSION.sub("boto3.", path)


def _by_pattern(call: str) -> Work | None:
    return next((work for pattern, work in _patterns() if pattern.fullmatch(call)), None)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Work], ...]:
    """The patterns compiled when the first file needs them; constant, so the cache holds one value."""
    return tuple((re.compile(pattern), work) for pattern, work in PATTERNS)
